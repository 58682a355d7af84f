import { RefusedCall } from "@/lib/api-keys/refusals";
import { AddressBudget } from "@/lib/http/address-budget";
import { callerAddress } from "@/lib/http/client-address";

const shared = globalThis as { flowlatchBadTokens?: AddressBudget };
// On globalThis because each route of a build may load this module for itself.
shared.flowlatchBadTokens ??= new AddressBudget({ burst: 30, refillMs: 1_000 });
const badTokens = shared.flowlatchBadTokens;

/**
 * What a caller is told of a failure: the failure, or, after a burst of tokens that do not work from
 * one address, to wait. That answer too is the same for every kind of bad token; good ones go on
 * working from there.
 */
export function slowGuessing(error: unknown, headers: Headers): unknown {
  if (!(error instanceof RefusedCall) || error.code !== "invalid_token") return error;
  try {
    badTokens.spend(callerAddress(headers));
    return error;
  } catch (tooMany) {
    return tooMany;
  }
}
