# A static binary in an empty image, at most 24 MB. For both platforms:
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=v1.2.3 .
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
# The modules change less often than the code: a layer of their own.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
ARG REVISION=
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH .ci/build /out/sim
# What is written at run time goes here, and nowhere else: --state, --tls-dir.
RUN mkdir -p /out/state

FROM scratch
ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="kzsim" \
      org.opencontainers.image.description="Simulator of the KYC, K2 and ABS services of debt collection in Kazakhstan" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/state /state
COPY --from=build /out/sim /sim
USER 65532:65532
# Within a container loopback is of no use. On any other address the control API
# needs a token: SIM_CONTROL_TOKEN, or one is made and printed.
ENV SIM_ADDR=0.0.0.0:8080 \
    SIM_TLS_ADDR=0.0.0.0:8443 \
    SIM_TLS_DIR=/state/tls
EXPOSE 8080 8443
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["/sim", "healthcheck"]
ENTRYPOINT ["/sim"]
