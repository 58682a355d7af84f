import { redirect } from "next/navigation";
import { currentOperator } from "@/lib/auth/current";

export default async function HomePage() {
  redirect((await currentOperator()) ? "/keys" : "/login");
}
