package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.LocalPostgres;

/** The statements that routes run on a schedule, sent as the routes send them. */
class ScheduledStatementsTest {

  private static final String STATEMENT = "resource:classpath:sql/";

  @Test
  void a_statement_takes_its_settings_where_it_names_them() throws IOException {
    DataSource database = LocalPostgres.shared().newPool();
    Flyway.configure().dataSource(database).load().migrate();
    List<String> statements =
        RouteFolder.ofProject().parts().stream()
            .map(part -> part.value().asText())
            .filter(text -> text.startsWith(STATEMENT))
            .toList();

    assertThat(statements).hasSize(3);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getRegistry().bind("dataSource", database);
      camel.getPropertiesComponent().setInitialProperties(RouteFixture.settings());
      camel.start();
      assertThat(statements)
          .allSatisfy(
              statement -> {
                String sql =
                    camel
                        .resolveLanguage("simple")
                        .createExpression(statement)
                        .evaluate(new DefaultExchange(camel), String.class);
                assertThat(sql).doesNotContain("${").contains("cast('P");
                assertThatCode(
                        () -> camel.createProducerTemplate().requestBody("jdbc:dataSource", sql))
                    .doesNotThrowAnyException();
              });
    }
  }
}
