/** Bytes whose meaning nobody knows the password to. */
const encryption =
  "/ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 " +
  `/O <${"ab".repeat(32)}> /U <${"cd".repeat(32)}> >>`;

function pageObjects(lines: string[], number: number): string[] {
  const font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>";
  const text = lines.map((line) => `(${line.replace(/[\\()]/g, "\\$&")}) Tj T*`).join(" ");
  const content = lines.length > 0 ? `BT /F1 12 Tf 50 780 Td 14 TL ${text} ET` : "";
  return [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${number + 1} 0 R /Resources ${font} >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ];
}

/** A real PDF (1.4) with these lines on these pages; a page without lines is what a scanner would leave. */
export function makePdf(pages: string[][], { isEncrypted = false } = {}): Uint8Array<ArrayBuffer> {
  const kids = pages.map((_, index) => `${3 + index * 2} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    ...pages.flatMap((lines, index) => pageObjects(lines, 3 + index * 2)),
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${isEncrypted ? encryption : ""} >>`;
  return Uint8Array.from(Buffer.from(`${file}${table}${trailer}\nstartxref\n${file.length}\n%%EOF`, "latin1"));
}
