import { testDatabase } from "@/lib/testing/database";
import { specifyLimitRaces } from "@/lib/testing/limit-races-spec";

await specifyLimitRaces(await testDatabase());
