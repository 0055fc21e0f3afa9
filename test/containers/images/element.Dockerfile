# Stands for the image of Element Web: serves the configuration that Element would read.
ARG BASE
FROM ${BASE}
RUN mkdir /app && echo 'Element would be here.' > /app/index.html
CMD ["python3", "-m", "http.server", "80", "--directory", "/app"]
