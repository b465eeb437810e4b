package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;

class FirstRunTest {

  /** {@code spring-boot:test-run} refuses to choose between two. */
  @Test
  void of_the_test_classes_only_the_first_run_has_a_main_method() throws IOException {
    List<String> startable = new ArrayList<>();
    String folder = FirstRunTest.class.getResource("/org/vitalroutes/FirstRun.class").toString();
    for (Resource file :
        new PathMatchingResourcePatternResolver()
            .getResources(folder.replace("FirstRun.class", "**/*.class"))) {
      AnnotationMetadata type =
          new SimpleMetadataReaderFactory().getMetadataReader(file).getAnnotationMetadata();
      if (type.getDeclaredMethods().stream()
          .anyMatch(method -> method.getMethodName().equals("main") && method.isStatic())) {
        startable.add(type.getClassName());
      }
    }

    assertThat(startable).containsExactly(FirstRun.class.getName());
  }
}
