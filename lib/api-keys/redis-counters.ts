import "server-only";
import { type CommandParser, createClient, defineScript } from "@redis/client";
import { type Levels, quotaPeriodOf, type Tally, windowMs } from "@/lib/api-keys/limit-state";
import { type Limit, limitName } from "@/lib/api-keys/limits";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";

// What `count_call` and `admit_call` do (see the migrations), in one script, which Redis runs alone. Each
// number is a whole one below 2^53, so Lua's doubles are exact; %.0f writes all of their digits.
const script = `
  local counted = {}
  for i = 2, #ARGV, 4 do
    local name, max, cost, at = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
    local level, stored = 0, redis.call('HGET', KEYS[1], name)
    if stored then
      local stored_level, stored_at = string.match(stored, '^(%d+) (%d+)$')
      stored_level, stored_at = tonumber(stored_level), tonumber(stored_at)
      at = math.max(at, stored_at)
      if cost > 1 then
        level = math.max(0, math.min(stored_level, max * cost) - max * math.min(at - stored_at, cost))
      elseif at == stored_at then
        level = stored_level
      end
    end
    if level + cost > max * cost then return {0, redis.call('HGETALL', KEYS[1])} end
    counted[#counted + 1] = name
    counted[#counted + 1] = string.format('%.0f %.0f', level + cost, at)
  end
  redis.call('HSET', KEYS[1], unpack(counted))
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return {1, redis.call('HGETALL', KEYS[1])}`;

const countCall = defineScript({
  SCRIPT: script,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string, args: string[]) {
    parser.pushKey(key);
    parser.push(...args);
  },
  transformReply: (reply: unknown) => reply,
});

/** How long a call waits for Redis, in milliseconds; then it is refused. */
const patienceMs = 3_000;
/** Levels outlive their use by this much, so that no clock of an instance finds them gone too early. */
const clocksDifferByMs = 60_000;

function connect(url: string) {
  return createClient({
    url,
    name: "flowlatch",
    scripts: { countCall },
    // Refused at once while Redis is away, not queued until it is back.
    disableOfflineQueue: true,
    // A server that no longer answers is noticed by its silence.
    pingInterval: 2_000,
    socket: {
      connectTimeout: patienceMs,
      socketTimeout: 5_000,
      reconnectStrategy: (retries) => Math.min(1_000, 50 * 2 ** retries),
    },
  });
}

/**
 * Where the levels of keys with limits live when REDIS_URL is set: a hash a key, which goes by itself
 * when its limits are whole again. One script counts a call in all limits or in none.
 */
export class RedisCounters {
  private readonly client: ReturnType<typeof connect>;
  /** Settled once the first attempt to connect has gone well or badly. */
  private readonly tried: Promise<void>;

  /** @param url as `redis://user:password@host:6379/0`, or `rediss:` with TLS */
  constructor(url: string) {
    this.client = connect(url);
    let isAway = false;
    this.tried = new Promise((resolve) => {
      this.client.on("ready", () => {
        if (isAway) log().info("Redis is back");
        isAway = false;
        resolve();
      });
      this.client.on("error", (error: Error) => {
        // One line an outage, not one an attempt.
        if (!isAway) log().warn({ reason: error.message }, "Redis is away: keys with limits are refused");
        isAway = true;
        resolve();
      });
    });
    // It tries until it is closed; what went wrong was logged above.
    this.client.connect().catch(() => {});
    this.client.unref();
  }

  /**
   * Takes one call from every limit of a key, or from none when one of them has no room.
   * @param apiKeyId or, of a public chatflow's visitor, whatever else is unique
   * @throws AppError `limits_unavailable`
   */
  async admit(apiKeyId: string, limits: Limit[], now: Date): Promise<Tally> {
    const keepMs = Math.max(...limits.map((limit) => lifetimeMs(limit, now))) + clocksDifferByMs;
    const args = [keepMs, ...limits.flatMap((limit) => scriptArguments(limit, now))].map(String);
    const reply = await this.within(() => this.client.countCall(nameOf(apiKeyId), args));
    const [admitted, levels] = reply as [admitted: number, levels: string[]];
    const pairs = levels.flatMap((name, index) => (index % 2 === 0 ? [[name, levels[index + 1] ?? ""] as const] : []));
    return { admitted: admitted === 1, levels: parseLevels(pairs) };
  }

  /** @throws AppError `limits_unavailable` */
  async levels(apiKeyId: string): Promise<Levels> {
    return parseLevels(Object.entries(await this.within(() => this.client.hGetAll(nameOf(apiKeyId)))));
  }

  /** Ends the connection. */
  close(): void {
    this.client.destroy();
  }

  private async within<T>(command: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("Redis did not answer in time")), patienceMs);
    });
    try {
      return await Promise.race([this.tried.then(command), patience]);
    } catch (cause) {
      throw limitsUnavailable(cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

function nameOf(apiKeyId: string): string {
  return `flowlatch:limits:${apiKeyId}`;
}

/** Name, maximum, what a call costs, and now or the start of the quota's day or month. */
function scriptArguments(limit: Limit, now: Date): (string | number)[] {
  const isRate = limit.kind === "rate";
  const atMs = isRate ? now.getTime() : quotaPeriodOf(limit.per, now.getTime()).startMs;
  return [limitName(limit), limit.max, isRate ? windowMs[limit.per] : 1, atMs];
}

/** Milliseconds after which a limit is whole again, however much of it was used. */
function lifetimeMs(limit: Limit, now: Date): number {
  if (limit.kind === "rate") return windowMs[limit.per];
  return quotaPeriodOf(limit.per, now.getTime()).endMs - now.getTime();
}

function parseLevels(pairs: (readonly [name: string, stored: string])[]): Levels {
  return Object.fromEntries(
    pairs.map(([name, stored]) => {
      const [level, atMs] = stored.split(" ").map(Number);
      return [name, [level ?? 0, atMs ?? 0] as const];
    }),
  );
}

function limitsUnavailable(cause: unknown): AppError {
  const message = "Calls cannot be counted right now. Try again in a few seconds.";
  return new AppError("limits_unavailable", message, { cause, retryAfterSeconds: 2 });
}

const shared = globalThis as { flowlatchCounters?: RedisCounters };

/** This process's counters in Redis, or null where Postgres keeps them; on globalThis as `database()` is. */
export function redisCounters(): RedisCounters | null {
  const { REDIS_URL } = env();
  if (REDIS_URL === undefined) return null;
  shared.flowlatchCounters ??= new RedisCounters(REDIS_URL);
  return shared.flowlatchCounters;
}
