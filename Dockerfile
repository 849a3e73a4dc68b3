# One image a service: docker build --build-arg SERVICE=gateway|messages|rooms|users .
# Builds with BuildKit and with the plain builder, and needs one base image and the npm registry, nothing else.
ARG NODE_IMAGE=node:22-bookworm-slim

# What npm reads, and nothing that changes more often: the installs below stay cached while sources change.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /source
COPY . .
RUN node infra/docker/manifests.mjs /source /manifests

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /manifests ./
# Install scripts bring only what an image does not use: Prisma's native engines and the embedded Postgres.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN node tools/build.mjs && node infra/docker/assemble.mjs /built

# The packages that this service needs at run time, without those of its neighbours.
FROM ${NODE_IMAGE} AS packages
ARG SERVICE
RUN test -n "$SERVICE" || { echo "Say which service: --build-arg SERVICE=gateway, messages, rooms or users." >&2; exit 1; }
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund --workspace=services/${SERVICE}
COPY infra/docker/trim.mjs /tmp/
RUN node /tmp/trim.mjs services/${SERVICE}

FROM ${NODE_IMAGE}
ARG SERVICE
WORKDIR /app
COPY --from=packages /app ./
COPY --from=build /built/${SERVICE} ./
ENV SERVICE=${SERVICE} \
    NODE_ENV=production \
    NODE_OPTIONS="--enable-source-maps --v8-pool-size=1 --disable-warning=ExperimentalWarning" \
    HOST=0.0.0.0 \
    PORT=8080 \
    INTERNAL_HOST=0.0.0.0 \
    INTERNAL_PORT=9000
# `node` of the base image, as a number: an orchestrator can then see that it is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=6 CMD ["node", "healthcheck.mjs"]
CMD ["sh", "-c", "exec node services/$SERVICE/dist/main.js"]
