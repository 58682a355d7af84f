import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/** A heading inside an answer is none of the page's. */
function Heading({ children }: { children?: React.ReactNode }) {
  return (
    <p>
      <strong>{children}</strong>
    </p>
  );
}

const components: Components = {
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  // A document's relative links lead nowhere here; what a link may be called is decided by react-markdown.
  a: ({ href, children }) =>
    href && /^(?:https?|mailto):/i.test(href) ? (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ alt }) => <span>{alt}</span>,
};

/** Markdown of an answer. Raw HTML in it stays text; nothing is loaded from elsewhere. */
export default function AnswerMarkdown({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={[remarkGfm]} components={components}>
      {text}
    </Markdown>
  );
}
