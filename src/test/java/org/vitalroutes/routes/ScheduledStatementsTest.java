package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.impl.DefaultCamelContext;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.LocalPostgres;

/** The statements that routes run on a schedule, sent as the routes send them. */
class ScheduledStatementsTest {

  @Test
  void a_statement_takes_its_parameters_from_the_settings() throws IOException {
    DataSource database = LocalPostgres.shared().newPool();
    Flyway.configure().dataSource(database).load().migrate();
    List<String> statements =
        RouteFolder.ofProject().parts().stream()
            .filter(part -> part.isProducer() && part.value().asText().startsWith("sql:"))
            .map(part -> part.value().asText())
            .toList();

    assertThat(statements).hasSize(3);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getRegistry().bind("dataSource", database);
      camel.getPropertiesComponent().setInitialProperties(RouteFixture.settings());
      camel.start();
      assertThat(statements)
          .allSatisfy(
              statement ->
                  assertThatCode(
                          () ->
                              camel.createProducerTemplate().requestBody(statement, (Object) null))
                      .doesNotThrowAnyException());
    }
  }
}
