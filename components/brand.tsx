/** The mark: a latch closing over a flow. Its green also holds on pages outside the theme. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="22" height="22" rx="6.5" fill="var(--mantine-color-latch-7, #106e58)" />
      <path d="M6 9.25h6.5a2.75 2.75 0 0 1 0 5.5H6" stroke="#fff" strokeWidth="2" strokeLinecap="round" />
      <circle cx="17.25" cy="12" r="1.5" fill="#fff" />
    </svg>
  );
}
