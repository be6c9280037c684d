// Shows the depth of a room. Click for another one. No library is needed.

import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Base64;
import javax.imageio.ImageIO;

final String ADDRESS = "http://localhost:8000/query";

PImage picture;
String status = "";

void setup() {
  size(512, 540);
  thread("ask");
}

void draw() {
  background(255);
  fill(0);
  if (picture != null) image(picture, 0, 0, 512, 512);
  text(status, 10, 530);
}

void mousePressed() {
  thread("ask");
}

// Runs in parallel with draw(), which continues while the models work.
void ask() {
  status = "waiting for a room";
  try {
    JSONObject inputs = new JSONObject();
    inputs.setInt("seed", int(random(1000000)));

    HttpURLConnection connection = (HttpURLConnection) new URL(ADDRESS).openConnection();
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    connection.getOutputStream().write(inputs.toString().getBytes("UTF-8"));

    boolean isFine = connection.getResponseCode() == 200;
    String[] lines = loadStrings(isFine ? connection.getInputStream() : connection.getErrorStream());
    JSONObject result = parseJSONObject(join(lines, "\n"));
    if (!isFine) {
      status = result.getString("error"); // one sentence
      return;
    }
    // A picture is a data URI: its bytes, in base64, follow the comma.
    String uri = result.getString("depth_image");
    byte[] bytes = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    picture = new PImage(ImageIO.read(new ByteArrayInputStream(bytes)));
    status = "room " + inputs.getInt("seed");
  }
  catch (Exception error) {
    status = error.getMessage();
  }
}
