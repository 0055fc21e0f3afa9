# Stands for the official image of Redis: that of Debian, which is in the base.
ARG BASE
FROM ${BASE}
WORKDIR /data
CMD ["redis-server"]
