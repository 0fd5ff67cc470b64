# syntax=docker/dockerfile:1
# A static binary in an empty image. Build for both platforms with
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=v1.2.3 .
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
WORKDIR /src
# The modules change less often than the code: a layer of their own.
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.release=$VERSION" -o /out/sim ./cmd/sim

FROM scratch
LABEL org.opencontainers.image.title="kzsim" \
      org.opencontainers.image.description="Simulator of the KYC, K2 and ABS services of debt collection in Kazakhstan" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/sim /sim
USER 65532:65532
# Within a container loopback is of no use; the control API then needs a token,
# which is printed at the start unless SIM_CONTROL_TOKEN is set.
ENV SIM_ADDR=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["/sim", "healthcheck"]
ENTRYPOINT ["/sim"]
