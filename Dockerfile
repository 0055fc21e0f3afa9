# Parley in a container. It runs as nobody in particular, and has neither npm nor a compiler in it.
#   docker build -t parley:0.1.0 .
# Without a registry: both bases can be other images, the first with Node 24 and npm, the second with glibc and libstdc++.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-20260824-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
# Another registry of packages than the public one.
ARG NPM_CONFIG_REGISTRY
COPY package.json package-lock.json .npmrc ./
# Without scripts: the Node that the package "node" would fetch is here already. What only explains the code stays out.
RUN npm ci --omit=dev --ignore-scripts \
  && find node_modules -type f \( -name '*.map' -o -name '*.md' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete
COPY bin bin
COPY bridges bridges
COPY sandboxes sandboxes
COPY config config
COPY src src
# Starts need not compile: half the time until a command does something. Node keeps what is compiled apart for each user.
RUN mkdir -p node_modules/.cache/parley && chown 1000:1000 node_modules/.cache/parley
USER 1000:1000
RUN node -e "require('node:module').enableCompileCache('/app/node_modules/.cache/parley'); import('/app/src/main.ts')" \
  && chmod -R a+rX node_modules/.cache/parley

FROM ${BASE_IMAGE}
RUN useradd --uid 1000 --user-group --home-dir /parley --shell /usr/sbin/nologin parley \
  && mkdir -p /parley /data && chown parley:parley /parley /data && chmod 700 /parley /data \
  && ln -s /app/bin/parley.js /usr/local/bin/parley
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
COPY --from=packages /app /app
ENV NODE_ENV=production PARLEY_DATA=/data NO_COLOR=1
USER 1000:1000
# Secrets, and .env with them, are read from here.
WORKDIR /parley
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "/app/bin/healthcheck.js"]
# As npm start does: bounds what V8 keeps of memory after load.
CMD ["node", "--max-semi-space-size=16", "/app/bin/parley.js", "up", "--json"]
