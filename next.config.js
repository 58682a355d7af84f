/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // A one-time token must leave the page's memory when it is left: see docs/decisions.
  cacheComponents: false,
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
  // Flowise's widget posts to /api/v1/leads/ as it stands: a browser's preflight follows no redirect.
  skipTrailingSlashRedirect: true,
  // Development prints what server actions are called with, passwords and credentials included.
  logging: { serverFunctions: false },
  experimental: {
    // A document's file passes through the proxy (proxy.ts), which would cut it off at 10 MB.
    proxyClientMaxBodySize: "11mb",
    optimizePackageImports: ["@mantine/core", "@mantine/hooks", "@tabler/icons-react"],
  },
  // No page has pictures to scale, and a server that scales none needs no library for it.
  images: { unoptimized: true },
  // All answers, files and the API's included; pages get the rest from proxy.ts, which the API does without.
  headers: async () => [
    { source: "/:path*", headers: [{ key: "X-Content-Type-Options", value: "nosniff" }] },
    { source: "/api/:path*", headers: [{ key: "Content-Security-Policy", value: "frame-ancestors 'none'" }] },
  ],
  // Read from disk, where no import shows them to the tracer: by the readiness check and the first setup.
  outputFileTracingIncludes: {
    "/api/health/ready": ["./prisma/migrations/**/*"],
    "/setup": ["./docs/guide/**/*"],
  },
  // Read while the app is built; what it became is in the output.
  outputFileTracingExcludes: { "/embed/widget.js": ["./node_modules/flowise-embed/**/*"] },
};
