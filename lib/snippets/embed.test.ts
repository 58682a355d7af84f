import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { chatLook } from "@/lib/sharing/chat-look";
import { type EmbedInput, type EmbedLook, htmlEmbed, reactEmbed } from "./embed";

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
    expect(sample.includes("flowise-fullchatbot")).toBe(hasElement);
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
  const begin = /Chatbot\.init(?:Full)?\(([\s\S]*?)\);\n(?:<\/script>| {6}gone)/.exec(sample)?.[1];
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

test("the icons of the widget have the chat's colour where it can be read on white, else the widget's own ink", () => {
  const iconsOf = (colour: string) =>
    begunWith(htmlEmbed({ ...input, chat: chatLook("", { colour }) })).theme.chatWindow;
  for (const [colour, icon] of [
    ["#1f4fd8", "#1f4fd8"],
    ["#ffe14d", "#303235"],
  ] as const) {
    expect(iconsOf(colour)).toMatchObject({ textInput: { sendButtonColor: icon }, feedback: { color: icon } });
  }
});

test("the guide's samples are the dialog's, which the journeys run, without a look", () => {
  const page = readFileSync(path.resolve("docs/guide/website-widget.md"), "utf8");
  const ofGuide = { ...input, baseUrl: "https://flowlatch.example.com", chatflowId: "YOUR-CHATFLOW-ID" };
  for (const sample of [htmlEmbed(ofGuide), htmlEmbed({ ...ofGuide, look: "page" }), reactEmbed(ofGuide)]) {
    expect(page).toContain(sample.replace(/^( +)theme: \{\n.*?^\1\},\n/ms, ""));
  }
});

test("the React component is sound TypeScript, as strict as it goes", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "flowlatch-react-"));
  // As in a project after `npm install react @types/react`.
  await symlink(path.resolve("node_modules"), path.join(directory, "node_modules"));
  const looks: EmbedLook[] = ["popup", "page"];
  for (const look of looks) await writeFile(path.join(directory, `${look}.tsx`), reactEmbed({ ...input, look }));
  const options = ["--noEmit", "--strict", "--jsx", "react-jsx", "--target", "es2022", "--module", "esnext"];
  const files = looks.map((look) => `${look}.tsx`);
  const compiler = path.resolve("node_modules/typescript/bin/tsc");
  const check = promisify(execFile)(
    process.execPath,
    [compiler, ...options, "--moduleResolution", "bundler", ...files],
    { cwd: directory },
  );
  const said = await check.then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
  await rm(directory, { recursive: true });
  expect(said).toBe("");
});
