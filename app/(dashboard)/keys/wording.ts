export const description = "Named credentials for the people and services that call your chatflows.";
