package org.vitalroutes.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vitalroutes.Application;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.World;

/** Processor time until ready, and idle memory, compared with a bare web application. */
final class StartBench {

  private static final int IDLE_MILLIS = 15_000;
  private static final String[] FLAGS = {"-Xmx256m", "-XX:+UseSerialGC"};

  private StartBench() {}

  static List<Figure> run(int rounds) {
    List<Double> ours = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    List<Double> bareMemory = new ArrayList<>();
    try (World world = new World()) {
      // Creates the schema.
      Vitalroutes.start(world, Application.class).close();
      for (int round = 0; round < rounds; round++) {
        try (Vitalroutes vitalroutes = Vitalroutes.start(world, Application.class, FLAGS)) {
          ours.add(vitalroutes.service().cpuSeconds());
          Pause.millis(IDLE_MILLIS);
          memory.add(vitalroutes.service().residentMebibytes());
        }
        String port = Integer.toString(RunningVitalroutes.freePort());
        // SettingsCheck runs in every application on this class path.
        Map<String, String> variables = new HashMap<>(world.settings().variables());
        variables.put("SERVER_PORT", port);
        variables.put("SPRING_CONFIG_NAME", "bare");
        try (Service service =
            Service.start(BareWebApplication.class.getName(), List.of(FLAGS), variables)) {
          service.awaitReady("http://localhost:" + port + "/livez");
          bare.add(service.cpuSeconds());
          Pause.millis(IDLE_MILLIS);
          bareMemory.add(service.residentMebibytes());
        }
      }
    }
    String flags = "classes on the class path, " + String.join(" ", FLAGS);
    return List.of(
        Figure.against(
            "start",
            "processor time until ready",
            "s",
            ours,
            "a bare Spring Boot web application",
            bare,
            2,
            true,
            flags),
        Figure.against(
            "start",
            "resident memory, idle",
            "MiB",
            memory,
            "a bare Spring Boot web application",
            bareMemory,
            2,
            true,
            flags));
  }
}
