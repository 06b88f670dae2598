# The image of a release. Its context is a folder per processor with an unpacked package for musl; `.ci/image-context` makes it
# for both. For one processor:
#
#     .ci/package x86_64-unknown-linux-musl dist
#     mkdir -p image/amd64 && tar xzf dist/*.tar.gz -C image/amd64 --strip-components 1
#     docker build --file Dockerfile --tag imerr-annotate image
FROM scratch
ARG TARGETARCH
LABEL org.opencontainers.image.title="imerr-annotate" \
      org.opencontainers.image.description="Finds Tencent Cloud IM (Chat) error codes in logs and explains them" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY ${TARGETARCH}/imerr-annotate /imerr-annotate
COPY ${TARGETARCH}/LICENSE-* /licenses/
WORKDIR /logs
# Reading logs needs no rights of root. Kubernetes knows only by a number that a user is not root.
USER 65534:65534
ENTRYPOINT ["/imerr-annotate"]
