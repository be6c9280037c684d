#!/bin/sh
# /home/installation/kiosk.sh: the show, full screen: kiosk.sh http://127.0.0.1:1880/data/show
# The browser starts beside Node-RED, black, and goes to the show once that is there: never to an error.
page="$HOME/show.html"
echo '<meta http-equiv="refresh" content="0.5"><body bgcolor="black">' > "$page"
(
  until curl --fail --silent --output /dev/null "$1"; do sleep 0.5; done
  echo "<meta http-equiv=\"refresh\" content=\"0;url=$1\">" > "$page.next"
  mv "$page.next" "$page"
) &
exec chromium --kiosk --no-first-run --noerrdialogs --hide-crash-restore-bubble --autoplay-policy=no-user-gesture-required \
  --user-data-dir="$HOME/.kiosk" "$page"
