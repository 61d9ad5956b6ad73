package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldfastTest {

  private static String urlFrom(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return Holdfast.urlFrom(environment::get);
  }

  @Test
  void without_a_host_it_is_a_directory() {
    assertThat(urlFrom()).isEqualTo("file:.holdfast");
    assertThat(urlFrom("HOLDFAST_DIR", "/var/lib/x y")).isEqualTo("file:/var/lib/x y");
    assertThat(urlFrom("HOLDFAST_DIR", "")).isEqualTo("file:.holdfast");
    assertThat(urlFrom("PGHOST", "", "PGUSER", "me")).isEqualTo("file:.holdfast");
    assertThat(urlFrom("PGUSER", "me", "PGDATABASE", "db")).isEqualTo("file:.holdfast");
  }

  @Test
  void a_host_makes_it_postgresql() {
    assertThat(urlFrom("PGHOST", "db1")).isEqualTo("postgresql://db1/?application_name=holdfast");
    assertThat(urlFrom("PGHOST", "db1", "HOLDFAST_DIR", "/x"))
        .as("the host wins")
        .startsWith("postgresql:");
  }

  @Test
  void takes_all_the_variables() {
    assertThat(
            urlFrom(
                "PGHOST", "db1",
                "PGPORT", "6432",
                "PGDATABASE", "jobs",
                "PGUSER", "me",
                "PGPASSWORD", "pw",
                "PGSSLMODE", "verify-full",
                "PGAPPNAME", "worker 1"))
        .isEqualTo(
            "postgresql://me:pw@db1:6432/jobs?application_name=worker%201&sslmode=verify-full");
  }

  @Test
  void encodes_what_would_end_a_part_of_the_url() {
    assertThat(
            urlFrom("PGHOST", "h", "PGUSER", "a@b", "PGPASSWORD", "p:/?#@ %", "PGDATABASE", "d/e"))
        .isEqualTo("postgresql://a%40b:p%3A%2F%3F%23%40%20%25@h/d%2Fe?application_name=holdfast");
    assertThat(urlFrom("PGHOST", "::1")).startsWith("postgresql://[::1]/");
  }

  @Test
  void an_unknown_scheme_is_refused_without_showing_the_password() {
    assertThatThrownBy(() -> Holdfast.open("mysql://me:secret@host/db"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("mysql")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Holdfast.redact("mysql://me:secret@host/db"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> Holdfast.open("just words"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no scheme");
    assertThatThrownBy(() -> Holdfast.open(null)).isInstanceOf(NullPointerException.class);
  }
}
