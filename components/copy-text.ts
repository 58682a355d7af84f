/**
 * Puts a text on the clipboard. The clipboard API exists on https and localhost alone; elsewhere,
 * on plain http in a company's network, the old way is a selected field and `execCommand`.
 * @param field a field that already shows the text, to be selected instead of a temporary one
 * @returns whether the browser took it
 */
export async function copyText(text: string, field?: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return field ? copySelection(field) : copyFromTemporaryField(text);
  }
}

function copySelection(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  field.focus();
  field.select();
  return document.execCommand("copy");
}

function copyFromTemporaryField(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.cssText = "position:fixed;opacity:0";
  document.body.append(field);
  const isCopied = copySelection(field);
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
