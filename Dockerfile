# Builds and assembles with the project's own scripts (docs/deploy.md); the image is Node and what they made.
FROM node:24-slim AS build
WORKDIR /src
# Changed seldom, so installed once for many builds.
COPY package.json package-lock.json .npmrc ./
COPY bin/bootstrap.mjs bin/
COPY prisma prisma
COPY prisma.config.ts ./
RUN ["node", "bin/bootstrap.mjs", "install"]
COPY . .
RUN ["node", "bin/bootstrap.mjs", "assemble", "/app"]

FROM node:24-slim
# Nothing here is ever installed again.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
ENV NODE_ENV=production FLOWLATCH_HOST=0.0.0.0 PORT=3000 PATH=/app/bin:$PATH
WORKDIR /app
# Root's, and so not the server's to change.
COPY --from=build /app ./
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "bin/healthcheck.ts"]
CMD ["node", "--import", "./bin/resolve-imports.mjs", "--conditions=react-server", "bin/container.ts"]
