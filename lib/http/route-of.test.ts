import { expect, test } from "vitest";
import { routeOf } from "@/lib/http/route-of";

test.each<[string, object, string]>([
  ["/api/v1/ping", {}, "/api/v1/ping"],
  ["/api/v1/prediction/abc/?token=x", { chatflowId: "abc" }, "/api/v1/prediction/[chatflowId]"],
  ["/api/v1/prediction/prediction", { chatflowId: "prediction" }, "/api/v1/prediction/[chatflowId]"],
  ["/api/v1/prediction/a%2Fb%20c", { chatflowId: "a/b c" }, "/api/v1/prediction/[chatflowId]"],
  ["/api/v1/x/same/same", { chatflowId: "same", chatId: "same" }, "/api/v1/x/[chatflowId]/[chatId]"],
  ["/api/openai/v1/a/b", { path: ["a", "b"] }, "/api/openai/v1/[...path]"],
])("of %s nothing that the caller chose is left", (path, params, route) => {
  expect(routeOf(`http://localhost${path}`, params)).toBe(route);
});
