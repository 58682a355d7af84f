import { existsSync } from "node:fs";
import path from "node:path";
import { needsSetup } from "@/lib/auth/users";
import type { Database } from "@/lib/db/client";
import { type Env, parseEnv, publicUrl } from "@/lib/env";
import { newId } from "@/lib/ids";
import { commandContextOn } from "../cli/command-context.ts";
import { applySecrets, explain, readSettings, type Settings } from "../deployment.ts";
import { joinEmbedded } from "../embedded.ts";
import { StopError } from "../stop-error.ts";
import { examineAddress, examineProxies } from "./address.ts";
import { examineCleanUp } from "./clean-up.ts";
import { examineDatabase } from "./database.ts";
import { about, type Finding } from "./finding.ts";
import { examinePeppers } from "./peppers.ts";
import { examineProviders } from "./providers.ts";
import { examineRedis } from "./redis.ts";
import { examineSecrets } from "./secrets.ts";
import { examineTraces } from "./traces.ts";

const configuration = about("configuration");

/** The configuration but for what is examined by itself: secrets may be missing, and the database be the embedded one. */
function readRest(): Env {
  const secret = "x".repeat(32);
  return parseEnv({
    ...process.env,
    DATABASE_URL: "postgresql://embedded",
    FLOWLATCH_SESSION_SECRET: secret,
    FLOWLATCH_PEPPER: secret,
    FLOWLATCH_ENCRYPTION_KEY: secret,
  });
}

/** Whether a data directory has a database; else the first start makes one. */
function hasEmbedded({ dataDirectory }: Settings): boolean {
  return existsSync(path.join(dataDirectory, "postgres"));
}

/** The deployment's own Postgres, or the embedded one, whose server may be running. */
async function examineData(settings: Settings, further: (db: Database) => Promise<Finding[]>): Promise<Finding[]> {
  const given = settings.DATABASE_URL;
  if (given) return await examineDatabase(given, settings, further);
  if (!hasEmbedded(settings))
    return [about("database").ok(`None yet: the first start makes one in ${settings.dataDirectory}.`)];
  const embedded = await joinEmbedded(settings.dataDirectory);
  try {
    process.env.DATABASE_URL = embedded.url;
    return await examineDatabase(embedded.url, settings, further);
  } finally {
    await embedded.stop();
  }
}

async function providersOn(db: Database, address: string, isCalled: boolean): Promise<Finding[]> {
  // Without an account there is no workspace that could have any.
  if (await needsSetup(db)) return [];
  const { context } = commandContextOn({ db, now: new Date(), requestId: newId(), address: null }, address);
  return await examineProviders(await context(), isCalled);
}

/** Sentences for whoever runs it become findings, one for each variable at fault; anything else is a defect. */
function asFindings(error: unknown): Finding[] {
  if (!(error instanceof StopError)) throw error;
  const [heading = "", ...lines] = error.message.split("\n").map((line) => line.trim());
  const sentences = lines.length > 0 ? lines : [heading];
  return sentences.map((sentence) => configuration.failure(sentence, "Correct it, and run this again."));
}

/**
 * Examines a deployment, part by part, and changes nothing.
 * @param callsProviders whether providers are called, over the network and with their credentials
 */
export async function examine(callsProviders: boolean): Promise<Finding[]> {
  let settings: Settings;
  let rest: Env;
  try {
    settings = readSettings();
    rest = explain(readRest);
  } catch (error) {
    return asFindings(error);
  }
  // Standard output belongs to the report.
  process.env.FLOWLATCH_LOG_LEVEL = "silent";
  const address = publicUrl(rest) ?? settings.address;
  const secrets = examineSecrets(settings, process.env);
  const isWhole = secrets.every(({ state }) => state !== "failure");
  const further = async (db: Database): Promise<Finding[]> => {
    if (!isWhole) return [];
    applySecrets(settings, true);
    return [...(await examinePeppers(db)), ...(await providersOn(db, address, callsProviders))];
  };
  return [
    ...(await examineData(settings, further).catch(asFindings)),
    ...secrets,
    await examineRedis(rest.REDIS_URL),
    examineAddress(address, settings),
    examineProxies(address, settings, rest),
    examineCleanUp(rest),
    await examineTraces(rest),
  ];
}
