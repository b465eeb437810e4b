package org.vitalroutes.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nayuki.qrcodegen.QrCode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The QR code of the text in a request's body, as the path of an SVG. A URL would be logged. */
final class QrCodeServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  private static final int MOST_BYTES = 1024;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] text = request.getInputStream().readNBytes(MOST_BYTES + 1);
    if (text.length == 0 || text.length > MOST_BYTES) {
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
      return;
    }
    QrCode code = QrCode.encodeText(new String(text, UTF_8), QrCode.Ecc.MEDIUM);
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        if (code.getModule(x, y)) {
          path.append('M').append(x).append(' ').append(y).append("h1v1h-1z");
        }
      }
    }
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "no-store");
    response
        .getOutputStream()
        .write(("{\"size\":" + code.size + ",\"path\":\"" + path + "\"}").getBytes(UTF_8));
  }
}
