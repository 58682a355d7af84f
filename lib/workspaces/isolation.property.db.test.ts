import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { RefusalReason } from "@/lib/api-keys/refusals";
import { setChatflowAccess } from "@/lib/chatflows/access";
import type { Context } from "@/lib/context";
import { toAppError } from "@/lib/errors";
import { comparable, predict } from "@/lib/testing/call";
import { testDatabase } from "@/lib/testing/database";
import { outcomeOf } from "@/lib/testing/outcome";
import { startModelListServer } from "@/lib/testing/provider-models";
import { contextIn, furnishWorkspace, newThings, type Things } from "@/lib/testing/things";
import { everyUseCase, type UseCaseTitle, useCaseTitles } from "@/lib/testing/use-cases/every";
import {
  byPossession,
  databaseFunctionsInSource,
  useCasesInSource,
  withoutContext,
} from "@/lib/testing/use-cases/inventory";
import { rowsOf } from "@/lib/testing/workspace-state";

const db = await testDatabase({ emptyBeforeEach: false });
const models = await startModelListServer();
afterAll(() => models.close());

type Field = keyof Things;

const providerUrl = `${models.url}/openai/v1`;
const at = new Date(Date.now() - 60_000);
const own = newThings("Quince", at, providerUrl);
const ownWorkspace = await furnishWorkspace(db, own);
const ctx = contextIn(db, ownWorkspace, "owner");

const readingTitles = useCaseTitles.filter((title) => !everyUseCase[title].writes);
/** What is seen of one's own things while no other workspace has anything. */
const alone = new Map<UseCaseTitle, Answer>();
for (const title of readingTitles) alone.set(title, await answerTo(ctx, title, own, []));

const foreign = newThings("Damson", new Date(at.getTime() + 1_000), providerUrl);
const foreignWorkspace = await furnishWorkspace(db, foreign);
/** As the foreign ones, but nobody has them. */
const absent = newThings("Nowhere", foreign.at, providerUrl);

const foreignRows = await rowsOf(db, foreignWorkspace.workspaceId);
const foreignIds = JSON.stringify(foreignRows).match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];

/** Those of the fields that an input reads that tell one workspace's things from another's. */
function fieldsOf(title: UseCaseTitle): Field[] {
  const read = new Set<Field>();
  const watched = new Proxy(own, { get: (things, field: Field) => read.add(field) && things[field] });
  everyUseCase[title].input(watched);
  return [...read].filter((field) => own[field] !== foreign[field]);
}

/** Every choice of at least one of them. */
function choicesOf(fields: Field[]): Field[][] {
  return Array.from({ length: 2 ** fields.length - 1 }, (_, n) => fields.filter((_, place) => (n + 1) & (1 << place)));
}

function replaced(things: Things, fields: Field[], by: Things): Things {
  return { ...things, ...Object.fromEntries(fields.map((field) => [field, by[field]])) };
}

interface Answer {
  /** Of the error, or "nothing". */
  code: string;
  text: string;
}

/** What somebody is told: a value or an error, with what they named themselves taken out. */
async function answerTo(ctx: Context, title: UseCaseTitle, things: Things, named: Field[]): Promise<Answer> {
  const { run, input } = everyUseCase[title];
  const { code, ...said } = await run(ctx, input(things)).then(
    (value) => ({ code: "nothing" as const, value }),
    (thrown) => {
      const { code, message, field } = toAppError(thrown);
      return { code, message, field };
    },
  );
  const text = named.reduce(
    (rest, field) => rest.replaceAll(String(things[field]), `<${field}>`),
    JSON.stringify(said),
  );
  return { code, text };
}

function expectNothingForeign(text: string) {
  expect(text).not.toMatch(/damson/i);
  expect(foreignIds.filter((id) => text.includes(id))).toEqual([]);
}

test("every use case in the source is known to this test", () => {
  const known = new Set(useCaseTitles.map((title) => title.split(" ")[0] as string));
  expect(useCasesInSource()).toEqual([...known, ...byPossession].sort());
  expect(databaseFunctionsInSource()).toEqual(withoutContext);
});

test.each(readingTitles)("%s: shows and counts the same as if there were no other workspace", async (title) => {
  expect(await answerTo(ctx, title, own, [])).toEqual(alone.get(title));
});

test.each(useCaseTitles.filter((title) => fieldsOf(title).length > 0))(
  "%s: what another workspace has is not found, as what nobody has",
  async (title) => {
    const ownRows = await rowsOf(db, ownWorkspace.workspaceId);
    const requests = models.requests.length;
    for (const fields of choicesOf(fieldsOf(title))) {
      const { code, text } = await answerTo(ctx, title, replaced(own, fields, foreign), fields);
      expect(everyUseCase[title].absence, `${fields}: ${text}`).toContain(code as never);
      expectNothingForeign(text);
      const control = await answerTo(ctx, title, replaced(own, fields, absent), fields);
      expect({ fields, code, text }).toEqual({ fields, ...control });
    }
    expect(await rowsOf(db, ownWorkspace.workspaceId)).toEqual(ownRows);
    expect(await rowsOf(db, foreignWorkspace.workspaceId)).toEqual(foreignRows);
    expect(models.requests.length, "no provider is called").toBe(requests);
  },
);

test.each(useCaseTitles.filter((title) => fieldsOf(title).length === 0 && !readingTitles.includes(title)))(
  "%s: neither shows nor changes anything of another workspace",
  async (title) => {
    const { code, text } = await answerTo(ctx, title, own, []);
    expect(code).toBe("nothing");
    expectNothingForeign(text);
    expect(await rowsOf(db, foreignWorkspace.workspaceId)).toEqual(foreignRows);
  },
);

test("no series of actions, on one's own things and another workspace's, shows or changes anything of the other", async () => {
  // These two take a third of a second each, and name nothing.
  const titles = useCaseTitles.filter((title) => title !== "createUser" && title !== "seedGuideChatflow");
  const step = fc.record({
    title: fc.constantFrom(...titles),
    isForeign: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    who: fc.constantFrom("owner" as const, "editor" as const, "viewer" as const, "system" as const),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const things = newThings("Quince", at, providerUrl);
      const workspace = await furnishWorkspace(db, things);
      for (const { title, isForeign, who } of steps) {
        const fields = fieldsOf(title).filter((_, n) => isForeign[n]);
        const { text } = await answerTo(
          contextIn(db, workspace, who),
          title,
          replaced(things, fields, foreign),
          fields,
        );
        expectNothingForeign(text);
      }
      expect(await rowsOf(db, foreignWorkspace.workspaceId)).toEqual(foreignRows);
    }),
    { numRuns: 15 },
  );
});

test.each([{ kind: "closed" }, { kind: "key", apiKeyId: own.keyId }, { kind: "public" }] as const)(
  "another workspace's token does not call a chatflow whose access is $kind, and is answered as an unknown one",
  async (access) => {
    await setChatflowAccess(ctx, { id: own.chatflowId, access });
    const call = { chatflowId: own.chatflowId, token: foreign.token };
    expect(await outcomeOf(db, call, new Date())).toBe("foreign_token" satisfies RefusalReason);
    const answers = await Promise.all([foreign, absent].map(({ token }) => predict(own.chatflowId, { token })));
    const [refusal, control] = await Promise.all(answers.map(comparable));
    expect(refusal).toEqual(control);
    expect(refusal?.status).toBe(401);
    expect(await rowsOf(db, foreignWorkspace.workspaceId)).toEqual(foreignRows);
  },
);
