import static java.nio.charset.StandardCharsets.UTF_8;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * Lints and renders a chart for each line of its input: the chart, then {@code name=value}, between
 * tabs. Answers each with a line: {@code ok} or {@code failed}, and what Helm says in Base64.
 */
public final class RenderChart {
  public static void main(String[] arguments) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(List.of(line.split("\t"))));
    }
  }

  private static String answer(List<String> line) {
    try {
      return "ok " + encode(render(Path.of(line.get(0)), line.subList(1, line.size())));
    } catch (RuntimeException e) {
      return "failed " + encode(String.valueOf(e.getMessage()));
    }
  }

  private static String render(Path chart, List<String> values) {
    Helm helm = new Helm(chart);
    if (helm.lint().strict().call().isFailed()) {
      throw new IllegalStateException(helm.lint().strict().call().getMessages().toString());
    }
    TemplateCommand template = helm.template().withName("anything").withKubeVersion("1.27.0");
    for (String value : values) {
      String[] pair = value.split("=", 2);
      template.set(pair[0], pair[1]);
    }
    return template.call();
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
