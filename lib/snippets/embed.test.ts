import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { chatLook } from "@/lib/sharing/chat-look";
import { type EmbedInput, htmlEmbed, reactEmbed } from "./embed";

const chat = chatLook("Support", {});
const input: EmbedInput = { baseUrl: "https://keys.example.com/", chatflowId: "c1", look: "popup", chat };

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

const hostile = `</script><script>alert(1)//\n  "title": "\u2028\\`;

test("no address and no words of the operator's end the script, or the text, that they stand in", () => {
  const sharing = { title: hostile, welcome: hostile, avatarUrl: `https://example.com/${hostile}` };
  const sample = htmlEmbed({ ...input, baseUrl: `https://a.example/${hostile}`, chat: chatLook("", sharing) });
  expect(sample.match(/<\/script>/g)).toHaveLength(1);
  const { chatWindow } = begunWith(sample).theme;
  expect(chatWindow).toMatchObject({ title: hostile, welcomeMessage: hostile });
});

/** What the widget is begun with, read as a browser reads it. */
function begunWith(sample: string) {
  const begin = /Chatbot\.init(?:Full)?\(([\s\S]*?)\)[;,]\n(?:<\/script>| {4}\);)/.exec(sample)?.[1];
  return runInNewContext(`(${begin})`);
}

test.each([htmlEmbed, reactEmbed])(
  "%o carries the title, the colours, the avatar and the welcome that an operator chose",
  (write) => {
    const sharing = { title: "Ask us", welcome: "Hello!", colour: "#ffe14d", avatarUrl: "https://example.com/a.png" };
    const own = { title: "Ask us", titleAvatarSrc: sharing.avatarUrl, welcomeMessage: "Hello!" };
    expect(begunWith(write({ ...input, chat: chatLook("Support", sharing) })).theme).toMatchObject({
      button: { backgroundColor: "#ffe14d", iconColor: "#000000" },
      chatWindow: {
        ...own,
        titleBackgroundColor: "#ffe14d",
        titleTextColor: "#000000",
        botMessage: { showAvatar: true },
      },
    });
    const plain = begunWith(write(input)).theme.chatWindow;
    expect(plain).toMatchObject({ title: "Support", titleBackgroundColor: "#106e58", titleTextColor: "#ffffff" });
    expect(Object.keys(plain)).not.toContain("welcomeMessage");
  },
);
