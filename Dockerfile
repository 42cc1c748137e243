# One process, not root, all state in /data. See docs/operating/containers.md.
FROM node:24-slim

ENV NODE_ENV=production
WORKDIR /srv/gatehouse

# The image brings Node.js, so the optional packages that carry it are left out.
COPY package.json package-lock.json .npmrc ./
COPY scripts/link-node.cjs scripts/
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

COPY src src
RUN install -d -m 0700 -o node -g node /data

# Every address: what reaches the container is decided by the ports that are published.
ENV GATEHOUSE_HOST=0.0.0.0 \
    GATEHOUSE_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 9400

# Production answers this on the admin port alone, which listens on loopback; development answers it on the main one.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "const live = (port) => fetch('http://127.0.0.1:' + port + '/_gatehouse/live'); live(process.env.GATEHOUSE_ADMIN_PORT || 9490).catch(() => live(process.env.GATEHOUSE_PORT || 9400)).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "src/main.ts"]
