import { testDatabase } from "@/lib/testing/database";
import { specifyLimits } from "@/lib/testing/limits-spec";

specifyLimits(await testDatabase());
