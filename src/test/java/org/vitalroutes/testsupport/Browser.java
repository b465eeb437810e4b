package org.vitalroutes.testsupport;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium, driven by the WebDriver protocol.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
public final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, int port, Path binary, Path profile) {
    this.driver = driver;
    String root = "http://localhost:" + port + "/session";
    Map<String, Object> options =
        Map.of(
            "binary",
            binary.toString(),
            "args",
            List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile));
    Map<String, Object> wanted =
        Map.of(
            "capabilities",
            Map.of(
                "alwaysMatch",
                Map.of(
                    "goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL"))));
    await()
        .atMost(SOON)
        .ignoreException(UncheckedIOException.class)
        .until(() -> send("GET", root.replace("/session", "/status"), null) != null);
    this.session = root + "/" + send("POST", root, wanted).path("sessionId").asText();
  }

  /** Whether this machine has Chromium and its driver. */
  public static boolean isInstalled() {
    return find("chromedriver").isPresent() && binary().isPresent();
  }

  /** Starts a browser with a new profile. */
  public static Browser start(Path folder) {
    try {
      int port = RunningVitalroutes.freePort();
      Process driver =
          new ProcessBuilder(find("chromedriver").orElseThrow().toString(), "--port=" + port)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Browser(driver, port, binary().orElseThrow(), folder.resolve("profile"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> binary() {
    return NAMES.stream().flatMap(name -> find(name).stream()).findFirst();
  }

  private static Optional<Path> find(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public void open(String url) {
    send("POST", session + "/url", Map.of("url", url));
  }

  /** Runs JavaScript in the page. */
  public JsonNode run(String script, Object... arguments) {
    return send(
        "POST", session + "/execute/sync", Map.of("script", script, "args", List.of(arguments)));
  }

  /** The visible text of the page. */
  public String text() {
    return run("return document.body.innerText").asText();
  }

  /** Waits until the page shows all of these texts. */
  public void awaitText(String... texts) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(text()).contains(texts));
  }

  /** Clicks the first visible button, link or summary with exactly this text. */
  public void click(String text) {
    await()
        .atMost(SOON)
        .ignoreException(UncheckedIOException.class)
        .until(
            () ->
                run(
                        """
                        const found = [...document.querySelectorAll('button, a, summary')]
                          .find((e) => e.innerText.trim() === arguments[0] && e.checkVisibility());
                        found?.click();
                        return Boolean(found);
                        """,
                        text)
                    .asBoolean());
  }

  /** Types into the focused element; keys are those of WebDriver. */
  public void type(String keys) {
    JsonNode focused = send("GET", session + "/element/active", null);
    String id = focused.elements().next().asText();
    send("POST", session + "/element/" + id + "/value", Map.of("text", keys));
  }

  /** Sets the window size in CSS pixels. */
  public void size(int width, int height) {
    cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Sets the preferred color scheme, light or dark. */
  public void scheme(String scheme) {
    cdp(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Sets the time zone of pages; empty is this machine's. */
  public void zone(String zone) {
    cdp("Emulation.setTimezoneOverride", Map.of("timezoneId", zone));
  }

  /** Saves downloads to this folder, without a question. */
  public void downloadTo(Path folder) {
    cdp(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString()));
  }

  /** Sets the language that the browser asks for. */
  public void language(String languages) {
    String agent = run("return navigator.userAgent").asText();
    cdp("Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", languages));
  }

  /**
   * What axe finds wrong with the page for people who cannot see, point or hear, by WCAG 2.2 AA and
   * best practice: rule and elements.
   */
  public List<String> barriers() {
    if (!run("return 'axe' in window").asBoolean()) {
      try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
        run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    JsonNode found =
        run(
            """
            return axe.run(document, {preload: false, resultTypes: ['violations']}).then((result) =>
              result.violations.map((rule) =>
                rule.id + ': ' + rule.nodes.map((node) => node.target.join(' ')).join(', ')));
            """);
    return Stream.iterate(0, i -> i < found.size(), i -> i + 1)
        .map(i -> found.get(i).asText())
        .toList();
  }

  /** Writes a screenshot of the whole page. */
  public void picture(Path file) {
    JsonNode picture =
        cdp("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "format", "png"));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(picture.path("data").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** New messages of the browser's console, including script and policy errors. */
  public List<String> complaints() {
    JsonNode entries = send("POST", session + "/se/log", Map.of("type", "browser"));
    return Stream.iterate(0, i -> i < entries.size(), i -> i + 1)
        .map(i -> entries.get(i).path("message").asText())
        .toList();
  }

  private JsonNode cdp(String command, Map<String, Object> parameters) {
    return send(
        "POST", session + "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  private JsonNode send(String method, String url, Object body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .timeout(Duration.ofSeconds(60))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
              .build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "WebDriver answered " + answer.statusCode() + ": " + answer.body());
      }
      return JSON.readTree(answer.body()).path("value");
    } catch (ConnectException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      send("DELETE", session, null);
    } finally {
      driver.destroy();
      try {
        driver.waitFor(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
