# The proxy alone: docker build -t leasehold .
# docker run -v ./leasehold.yaml:/etc/leasehold/leasehold.yaml -p 15306:15306 leasehold
FROM debian:12 AS build
WORKDIR /src
COPY scripts/install-deps scripts/install-deps
RUN scripts/install-deps build && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release -DLEASEHOLD_TESTS=OFF && cmake --build build/release --target leasehold && strip -g build/release/leasehold

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libyaml-cpp0.7 libprometheus-cpp-core1.0 libmariadb3 libssl3 libjemalloc2 \
        libfmt9 libspdlog1.10 libxxhash0 zlib1g libzstd1 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home leasehold
COPY --from=build /src/build/release/leasehold /usr/bin/leasehold
USER leasehold
EXPOSE 15306 15307 15300
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/leasehold", "--config", "/etc/leasehold/leasehold.yaml"]
