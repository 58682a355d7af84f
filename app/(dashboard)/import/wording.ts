export const title = "Import from Flowise";
export const description =
  "Bring your API keys and chatflows along. Their tokens go on working, and your clients change one base URL.";
