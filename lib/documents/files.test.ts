import { describe, expect, test } from "vitest";
import { extractTexts } from "@/lib/documents/extract";
import { passagesOf, readFile } from "@/lib/documents/files";
import { fileMaxBytes, pdfPagesMax } from "@/lib/documents/formats";
import { makePdf } from "@/lib/testing/pdf";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const html = async (text: string | Uint8Array) => {
  const file = await readFile("page.html", typeof text === "string" ? bytesOf(text) : text, "text/html");
  return file.format === "pages" ? "" : file.text;
};
const pdf = (bytes: Uint8Array) => readFile("paper.pdf", bytes, "application/pdf");

describe("HTML", () => {
  test("keeps headings, paragraphs, lists, tables and code, and is cut at its headings", async () => {
    const file = await readFile(
      "page.html",
      bytesOf(`<!doctype html><title>The handbook</title><main>
        <h2>Opening <em>hours</em></h2><p>The workshop opens at nine.<ul><li>Monday<li>Tuesday</ul>
        <h2>Prices</h2><table><tr><th>Part<th>Price<tr><td>Saddle<td>30</table><pre><code>pay --all</code></pre>`),
      "text/html",
    );
    expect(passagesOf(file)).toEqual([
      {
        heading: "The handbook › Opening hours",
        content: "The workshop opens at nine.\n\n- Monday\n- Tuesday",
      },
      {
        heading: "The handbook › Prices",
        content: "| Part   | Price |\n| ------ | ----- |\n| Saddle | 30    |\n\n```\npay --all\n```",
      },
    ]);
  });

  test("loses scripts, styles, navigation, footers, forms, comments and everything hidden", async () => {
    const text = await html(`<html><head><style>.x{}</style><script>steal()</script></head><body>
      <nav>Menu</nav><header><h1>Kept title</h1></header><noscript>enable</noscript><template>tpl</template>
      <p>Kept.<script>inline()</script></p><p hidden>secret one</p><p style="color:red; display : none">secret two</p>
      <div aria-hidden="true">secret three</div><div style="visibility:hidden"><p>secret four</p></div>
      <!-- comment --><select><option>choice</select><button>press</button><svg><text>drawn</text></svg>
      <iframe srcdoc="<p>framed"></iframe><footer>Imprint</footer></body></html>`);
    expect(text).toBe("# Kept title\n\nKept.");
  });

  test("that is hostile leaves text alone: no tag, no handler, no address that runs or loads something", async () => {
    const text =
      await html(`<h1>Hi</h1><img src=x onerror=alert(1) alt="a picture"><img src="data:image/png;base64,AAAA">
      <p onclick="alert(1)"><a href="javascript:alert(1)">click</a> <a href="  JaVaScRiPt:alert(2)">here</a>
      <a href="data:text/html,x">or</a> <a href="/relative">there</a> <a href="https://example.com/a">and here</a></p>
      <svg onload=alert(1)></svg><math><mtext><img src=y></mtext></math><object data=z></object>
      <p>&lt;script&gt;alert(3)&lt;/script&gt;</p>`);
    expect(text).toContain("a picture");
    expect(text).toContain("click here or there [and here](https://example.com/a)");
    expect(text).not.toMatch(/(?<!\\)<|onerror|javascript:|data:|relative|onload/i);
  });

  test("is read in the encoding it declares, and refused where its bytes are another's", async () => {
    const latin = Uint8Array.from(Buffer.from('<meta charset="windows-1252"><p>Stra\xdfe', "latin1"));
    expect(await html(latin)).toBe("Straße");
    await expect(html(Uint8Array.from(Buffer.from("<p>Stra\xdfe", "latin1")))).rejects.toThrow(
      /“page\.html” is not a text in UTF-8/,
    );
    await expect(html('<meta charset="no-such-thing"><p>x')).rejects.toThrow(/not a text in NO-SUCH-THING/);
  });

  test.each(["", "   ", "<html><body></body></html>", "<script>app()</script><div id=root></div>"])(
    "without a text is refused: %j",
    async (text) => {
      await expect(html(text)).rejects.toMatchObject({ code: "invalid_input", field: "documents" });
    },
  );

  test("nested so deep that its reader gives up is refused", async () => {
    await expect(html(`${"<div>".repeat(100_000)}x`)).rejects.toThrow(/nested too deeply/);
  });
});

describe("PDF", () => {
  test("is read page by page, words cut at a line's end are whole, and passages name their page", async () => {
    const file = await pdf(
      makePdf([["The workshop (north) opens", "at nine on week-", "days."], [], ["Prices: 30 euros."]]),
    );
    expect(file).toEqual({
      format: "pages",
      pages: ["The workshop (north) opens\nat nine on weekdays.", "", "Prices: 30 euros."],
    });
    expect(passagesOf(file)).toEqual([
      { heading: "Page 1", content: "The workshop (north) opens\nat nine on weekdays." },
      { heading: "Page 3", content: "Prices: 30 euros." },
    ]);
  });

  test.each([
    ["protected by a password", makePdf([["Secret"]], { isEncrypted: true })],
    ["has no text, only pictures", makePdf([[], []])],
    ["cannot be read as a PDF", bytesOf("This is no PDF at all.")],
    ["cannot be read as a PDF", makePdf([["Cut off"]]).slice(0, 60)],
    ["is empty", new Uint8Array()],
    ["has 10.0 MB; a file of this kind can have at most 10 MB", new Uint8Array(fileMaxBytes + 1)],
  ])("that %s is refused with that sentence, naming the file", async (sentence, bytes) => {
    const refused = pdf(bytes);
    await expect(refused).rejects.toMatchObject({ code: "invalid_input", field: "documents" });
    await expect(refused).rejects.toThrow(
      `“paper.pdf” ${sentence === "protected by a password" ? "is " : ""}${sentence}`,
    );
  });

  test("with too many pages or too much text is refused", async () => {
    const pages = Array.from({ length: pdfPagesMax + 1 }, () => ["x"]);
    await expect(pdf(makePdf(pages))).rejects.toThrow(/has 1,001 pages; a PDF can have at most 1,000/);
    const page = Array.from({ length: 50 }, () => "word ".repeat(16));
    const long = Array.from({ length: 600 }, () => page);
    await expect(pdf(makePdf(long))).rejects.toThrow(/more than 2 MB of text/);
  });

  test("a reader that takes too long is ended, whatever it is doing, and others are read meanwhile and after", async () => {
    // Formatting elements left open make an HTML parser's work grow with their square.
    const endless = extractTexts({ kind: "html", text: `${"<a href=https://e.com>".repeat(50_000)}x` }, 500);
    const [slow, fine] = await Promise.allSettled([endless, pdf(makePdf([["Fine"]]))]);
    expect(slow).toMatchObject({ status: "rejected", reason: { reason: "too-slow" } });
    expect(fine.status).toBe("fulfilled");
    await expect(pdf(makePdf([["Fine too"]]))).resolves.toMatchObject({ pages: ["Fine too"] });
  });
});
