# The image of a release. Its context is a folder per processor with an unpacked package for musl; `.ci/image-context` makes it
# for both. For one processor:
#
#     .ci/package x86_64-unknown-linux-musl dist
#     mkdir -p image/amd64 && tar xzf dist/*.tar.gz -C image/amd64 --strip-components 1
#     docker build --file Dockerfile --tag imerr-annotate image
FROM scratch
ARG TARGETARCH
COPY ${TARGETARCH}/imerr-annotate /imerr-annotate
COPY ${TARGETARCH}/LICENSE-* /licenses/
WORKDIR /logs
ENTRYPOINT ["/imerr-annotate"]
