# HODLXXI in a container: the program, the certificates of the authorities that it trusts, and PostgreSQL's client for backups.
#
#   docker build -t hodlxxi .
#   docker run --read-only -v hodlxxi:/data -p 127.0.0.1:5000:5000 hodlxxi
#
# It runs as a user of its own (10001), writes into /data alone, and so takes a read-only root file system.
# docker-compose.yml has the whole service.

FROM rust:1.95-trixie AS build
WORKDIR /source
COPY . .
RUN cargo build --locked --release -p hodlxxi --bin hodlxxi

FROM debian:trixie-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /source/target/release/hodlxxi /usr/local/bin/hodlxxi
# For backups: pg_dump and pg_restore of PostgreSQL 17, as in docker-compose.yml.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN install -d -o 10001 -g 10001 -m 0700 /data
ENV HODLXXI_BIND=0.0.0.0:5000 HODLXXI_DATA_DIR=/data LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 5000
# Asks /health/ready. A node without its database is not ready, and says so; restarting it would mend nothing.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["hodlxxi", "health"]
# The default signal, said because it matters: what was accepted is finished.
STOPSIGNAL SIGTERM
ENTRYPOINT ["hodlxxi"]
CMD ["serve"]
