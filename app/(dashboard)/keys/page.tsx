import type { Metadata } from "next";
import { PageHeader } from "@/components/page-header";
import { listApiKeys } from "@/lib/api-keys/list";
import { pageContext } from "@/lib/auth/current";

export const metadata: Metadata = { title: "API keys" };

export default async function KeysPage() {
  const ctx = await pageContext();
  const page = await listApiKeys(ctx);
  return (
    <>
      <PageHeader
        title="API keys"
        description="Named credentials for the people and services that call your chatflows."
      />
      <p>{page.count} keys</p>
    </>
  );
}
