/** What the page is for; its loading state says it as well. */
export const description =
  "Where your chatflows’ language models and Flowise flows run, and the credentials to call them with.";
