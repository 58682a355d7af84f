import { expect, it } from "vitest";
import { snippets } from "@/lib/snippets/snippets";
import { highlight } from "./highlight";

it.each(snippets)("no markup of a question or address survives in highlighted $label", ({ grammar, write }) => {
  const hostile = `</code><script>alert(1)</script><img src=x onerror=alert(1)> \${"<b>"} &lt;`;
  for (const streaming of [false, true]) {
    const sample = write({
      baseUrl: `https://x.example/${hostile}`,
      chatflowId: hostile,
      slug: hostile,
      question: hostile,
      auth: { kind: "literal", token: hostile },
      streaming,
    });
    const withoutSpans = highlight(sample, grammar).replace(/<span class="hljs-[\w -]+">|<\/span>/g, "");
    expect(withoutSpans).not.toMatch(/[<>]/);
    expect(withoutSpans).toContain("&lt;script&gt;");
  }
});
