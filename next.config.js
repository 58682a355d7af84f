/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // A one-time token must leave the page's memory when it is left: see docs/decisions.
  cacheComponents: false,
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
  experimental: {
    // A document of 2 MB, with what JSON adds to it; one a call.
    serverActions: { bodySizeLimit: "4mb" },
    optimizePackageImports: ["@mantine/core", "@mantine/hooks", "@tabler/icons-react"],
  },
  // Read from disk, where no import shows them to the tracer: by the readiness check and the first setup.
  outputFileTracingIncludes: {
    "/api/health/ready": ["./prisma/migrations/**/*"],
    "/setup": ["./docs/guide/**/*"],
  },
};
