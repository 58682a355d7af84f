import { defineConfig } from "prisma/config";

// `prisma generate` and `prisma validate` need no database; migrations are applied by bin/migrate.ts.
export default defineConfig({ schema: "prisma/schema.prisma" });
