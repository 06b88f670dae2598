# The image of a release. Its context is a folder per processor with an unpacked package for musl; `.ci/image-context` makes it.
FROM scratch
ARG TARGETARCH
COPY ${TARGETARCH}/imerr-annotate /imerr-annotate
COPY ${TARGETARCH}/LICENSE-* /licenses/
WORKDIR /logs
ENTRYPOINT ["/imerr-annotate"]
