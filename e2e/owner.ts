/** The account that every server of the journeys has. */
export const owner = { name: "Ada Lovelace", email: "ada@example.com", password: "correct horse battery staple" };
