import { searchApiKeyOptions } from "@/lib/api-keys/options";
import { operatorRoute } from "@/lib/auth/route";

/**
 * The keys the dialog's comboboxes offer for what was typed (`?search=`); with `?use=further` without
 * those that the chatflow accepts already.
 */
export const GET = operatorRoute<{ id: string }>(async (ctx, request, { id }) => {
  const query = new URL(request.url).searchParams;
  const search = query.get("search") ?? "";
  const notAcceptedBy = query.get("use") === "further" ? id : undefined;
  return { options: await searchApiKeyOptions(ctx, { search, notAcceptedBy }) };
});
