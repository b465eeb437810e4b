import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Asks a terminology server for every code of docs/codes.tsv, and prints those that it does not
 * know, that are not active, and that it names otherwise. To be run before a release:
 *
 * <pre>java src/main/scripts/LookUpCodes.java https://tx.fhir.org/r5</pre>
 *
 * <p>Ends with 0 when there is nothing to print, 1 when there is, and 2 when the server cannot be
 * asked or has no answer for a code. What is asked for are codes and no data of anybody.
 */
final class LookUpCodes {
  private static final Path CODES = Path.of("docs/codes.tsv");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private LookUpCodes() {}

  /** Name and value of the parameters of an answer, those of properties by the property's code. */
  private record Answer(int status, List<String> names, Map<String, String> properties) {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: java LookUpCodes.java TERMINOLOGY-SERVER [CODES.tsv]");
      System.exit(2);
    }
    String server = arguments[0].replaceFirst("/+$", "");
    int asked = 0;
    int found = 0;
    int unanswered = 0;
    for (String line : Files.readAllLines(arguments.length == 2 ? Path.of(arguments[1]) : CODES)) {
      String[] cells = line.split("\t", -1);
      if (line.startsWith("#") || cells.length < 2) {
        continue;
      }
      asked++;
      String display = cells.length > 2 ? cells[2] : "";
      Answer answer = ask(server, cells[0], cells[1]);
      String problem = problem(answer, display);
      if (!isVerdict(answer.status())) {
        unanswered++;
        System.out.println(cells[0] + "|" + cells[1] + ": not answered, HTTP " + answer.status());
      } else if (problem != null) {
        found++;
        System.out.println(cells[0] + "|" + cells[1] + ": " + problem);
      }
    }
    System.out.println(asked + " codes asked for, " + found + " to look at");
    System.exit(unanswered > 0 ? 2 : found > 0 ? 1 : 0);
  }

  /** Whether the answer is about the code: a server may fail at one and know the others. */
  private static boolean isVerdict(int status) {
    return status == 200 || isUnknown(status);
  }

  private static boolean isUnknown(int status) {
    return List.of(400, 404, 422).contains(status);
  }

  /** What is wrong with a code; null for nothing. */
  private static String problem(Answer answer, String display) {
    if (answer.status() != 200) {
      return isUnknown(answer.status()) ? "unknown" : null;
    }
    String status = answer.properties().getOrDefault("status", "active").toLowerCase(Locale.ROOT);
    if ("true".equals(answer.properties().get("inactive"))
        || List.of("deprecated", "discouraged", "retired", "inactive").contains(status)) {
      return "not active: " + status;
    }
    boolean named =
        display.isEmpty() || answer.names().stream().anyMatch(display::equalsIgnoreCase);
    return named ? null : "named otherwise: " + answer.names().get(0) + ", here " + display;
  }

  private static Answer ask(String server, String system, String code) throws Exception {
    URI address =
        URI.create(
            server + "/CodeSystem/$lookup?system=" + encoded(system) + "&code=" + encoded(code));
    HttpResponse<byte[]> response;
    try {
      response =
          CLIENT.send(
              HttpRequest.newBuilder(address)
                  .header("Accept", "application/fhir+xml")
                  .timeout(PATIENCE)
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      System.err.println("the terminology server cannot be reached: " + e.getMessage());
      System.exit(2);
      throw e;
    }
    return response.statusCode() == 200
        ? read(response.body())
        : new Answer(response.statusCode(), List.of(), Map.of());
  }

  private static Answer read(byte[] xml) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Element parameters =
        factory
            .newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream(xml))
            .getDocumentElement();
    List<String> names = new ArrayList<>();
    Map<String, String> properties = new HashMap<>();
    for (Element parameter : children(parameters, "parameter")) {
      switch (value(parameter, "name")) {
        case "display" -> names.add(0, valueOf(parameter));
        case "designation" -> names.add(part(parameter, "value"));
        case "property" ->
            properties.put(
                part(parameter, "code").toLowerCase(Locale.ROOT), part(parameter, "value"));
        default -> {
          // Name and version of the code system, which nothing here compares.
        }
      }
    }
    return new Answer(200, names, properties);
  }

  /** The value of a part of a parameter; empty when there is none. */
  private static String part(Element parameter, String name) {
    return children(parameter, "part").stream()
        .filter(part -> value(part, "name").equals(name))
        .map(LookUpCodes::valueOf)
        .findFirst()
        .orElse("");
  }

  /** The value[x] of a parameter. */
  private static String valueOf(Element parameter) {
    for (Node node = parameter.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().startsWith("value")) {
        return element.getAttribute("value");
      }
    }
    return "";
  }

  private static String value(Element element, String child) {
    List<Element> found = children(element, child);
    return found.isEmpty() ? "" : found.get(0).getAttribute("value");
  }

  private static List<Element> children(Element element, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        found.add(child);
      }
    }
    return found;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
