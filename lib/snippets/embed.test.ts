import { expect, test } from "vitest";
import { type EmbedInput, htmlEmbed, reactEmbed } from "./embed";

const input: EmbedInput = { baseUrl: "https://keys.example.com/", chatflowId: "c1", look: "popup" };

test.each([
  ["popup", "Chatbot.init({", false],
  ["page", "Chatbot.initFull({", true],
] as const)("a %s is begun with %s, from this deployment's own script", (look, begins, hasElement) => {
  for (const write of [htmlEmbed, reactEmbed]) {
    const sample = write({ ...input, look });
    expect(sample).toContain('"https://keys.example.com/embed/widget.js"');
    expect(sample).toContain(begins);
    expect(sample).toContain('chatflowid: "c1"');
    expect(sample).toContain('apiHost: "https://keys.example.com"');
    expect(sample.includes("<flowise-fullchatbot")).toBe(hasElement);
    expect(sample).not.toMatch(/cdn|bearer|flk_/i);
  }
});

test("no address ends the script that it stands in", () => {
  const sample = htmlEmbed({ ...input, baseUrl: "https://a.example/</script><script>alert(1)//" });
  expect(sample.match(/<\/script>/g)).toHaveLength(1);
});
