package org.vitalroutes.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of the console and the description of the APIs. The files hold no data: the page
 * reads it from the operations API.
 */
final class ConsoleServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;

  /** Allows only the application's own files, no frame, and no inline script or style. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String WEBJARS = "/META-INF/resources/webjars/";

  /** Files that lie elsewhere than in {@code console/}. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "/openapi.yaml", "/openapi/openapi.yaml",
          "/preact.js", WEBJARS + "preact/10.27.2/dist/preact.umd.js",
          "/preact-hooks.js", WEBJARS + "preact/10.27.2/hooks/dist/hooks.umd.js",
          "/uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js",
          "/uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");

  private static final Pattern NAME = Pattern.compile("/[a-z-]+\\.(html|css|js|svg|yaml)");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "yaml", "application/yaml; charset=utf-8");

  private final String settings;

  /**
   * Serves the files and the settings of the page.
   *
   * @param settings a JSON object
   */
  ConsoleServlet(String settings) {
    this.settings = settings;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("X-Content-Type-Options", "nosniff");
    // The browser revalidates each file, so that a new version shows at once; the files are small.
    response.setHeader("Cache-Control", "no-cache");
    if (path == null) {
      response.sendRedirect("/console/");
    } else if (path.equals("/settings.json")) {
      response.setContentType("application/json");
      response.getOutputStream().write(settings.getBytes(UTF_8));
    } else {
      send(path.equals("/") ? "/index.html" : path, response);
    }
  }

  private static void send(String path, HttpServletResponse response) throws IOException {
    try (InputStream file = open(path)) {
      if (file == null) {
        response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        return;
      }
      response.setContentType(TYPES.get(path.substring(path.indexOf('.') + 1)));
      file.transferTo(response.getOutputStream());
    }
  }

  private static @Nullable InputStream open(String path) {
    if (!NAME.matcher(path).matches()) {
      return null;
    }
    return ConsoleServlet.class.getResourceAsStream(
        ELSEWHERE.getOrDefault(path, "/console" + path));
  }
}
