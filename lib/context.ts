import type { Role } from "@/lib/auth/roles";
import type { Database } from "@/lib/db/client";

/** Name of the system actor that is somebody at a shell of the deployment; other system actors are Flowlatch itself. */
export const commandLineName = "Command line";

/** Who does it. Every actor acts inside one workspace. */
export type Actor =
  | { kind: "operator"; workspaceId: string; userId: string; name: string; role: Role }
  /** Whoever calls the API with a key's token: it may do nothing that asks for a permission. */
  | { kind: "api_key"; workspaceId: string; apiKeyId: string; name: string }
  | { kind: "system"; workspaceId: string; name: string };

/** What a use case is given besides its input: no cookies, no headers, no framework. */
export interface Context {
  db: Database;
  actor: Actor;
  now: Date;
  requestId: string;
  /** The IP address it comes from; null on the command line, or when it is not known. */
  address: string | null;
}
