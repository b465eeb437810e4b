import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;

/** Lints and renders a chart. Arguments: the chart, then {@code name=value}. */
public final class RenderChart {
  public static void main(String[] arguments) {
    Helm helm = new Helm(Path.of(arguments[0]));
    if (helm.lint().strict().call().isFailed()) {
      throw new IllegalStateException(helm.lint().strict().call().getMessages().toString());
    }
    TemplateCommand template = helm.template().withName("anything").withKubeVersion("1.27.0");
    for (int i = 1; i < arguments.length; i++) {
      String[] value = arguments[i].split("=", 2);
      template.set(value[0], value[1]);
    }
    System.out.print(template.call());
  }
}
