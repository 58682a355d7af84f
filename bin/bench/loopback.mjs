// Preloaded into servers that are not ours and can be told a port only: what they listen on is loopback.
import { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...more) {
  return listen.call(this, { port, host: "127.0.0.1" }, ...more.filter((one) => typeof one === "function"));
};
