# obs-tui for those who want a container: `make deb` first, then `docker build -t obs-tui .`, then
# `docker run --rm -it -e TERM -v ~/.config/obs-tui:/home/obs/.config/obs-tui:ro obs-tui`.
FROM debian:12-slim
COPY dist/obs-tui_*_amd64.deb /tmp/
RUN apt-get update \
  && apt-get install -y --no-install-recommends /tmp/obs-tui_*_amd64.deb ca-certificates tzdata ncurses-term \
  && rm -rf /tmp/obs-tui_*_amd64.deb /var/lib/apt/lists/* \
  && useradd --create-home --uid 1000 obs
USER obs
ENV LANG=C.UTF-8
ENTRYPOINT ["obs-tui"]
