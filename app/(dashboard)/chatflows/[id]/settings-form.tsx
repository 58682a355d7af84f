"use client";

import { Alert, Button, NumberInput, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useState, useTransition } from "react";
import { type ChatflowDetail, updateChatflowSchema } from "@/lib/chatflows/schema";
import { updateChatflowAction } from "../actions";
import classes from "./detail.module.css";

type Settings = Pick<ChatflowDetail, "id" | "name" | "version" | "engine">;
type Field = "name" | "maxPassages" | "memoryTurns";

interface Values {
  name: string;
  maxPassages: number | string;
  memoryTurns: number | string;
}

function valuesOf({ name, engine }: Settings): Values {
  return { name, maxPassages: engine.maxPassages, memoryTurns: engine.memoryTurns };
}

/** Name and engine settings. Of two operators who edit at once, the second is told and keeps their input. */
export function SettingsForm({ chatflow, canWrite }: { chatflow: Settings; canWrite: boolean }) {
  const router = useRouter();
  const [base, setBase] = useState(chatflow);
  const [values, setValues] = useState(() => valuesOf(chatflow));
  const [errors, setErrors] = useState<Partial<Record<Field, string>>>({});
  const [failure, setFailure] = useState<{ code: string; message: string } | null>(null);
  const [takesTheirs, setTakesTheirs] = useState(false);
  const [isPending, startTransition] = useTransition();
  const saved = valuesOf(base);
  const isDirty = (Object.keys(saved) as Field[]).some((field) => values[field] !== saved[field]);

  // A newer version on the page replaces what nobody here has touched, or was told to give up.
  if (chatflow.version > base.version && (!isDirty || takesTheirs)) {
    setBase(chatflow);
    setValues(valuesOf(chatflow));
    setTakesTheirs(false);
    setFailure(null);
    setErrors({});
  }

  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isDirty]);

  function change(field: Field, value: number | string) {
    setValues((all) => ({ ...all, [field]: value }));
    setErrors((all) => ({ ...all, [field]: undefined }));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const { name, maxPassages, memoryTurns } = values;
    const engine = { ...base.engine, maxPassages, memoryTurns };
    const checked = updateChatflowSchema.safeParse({ id: base.id, version: base.version, name, engine });
    setFailure(null);
    setErrors(
      Object.fromEntries(checked.error?.issues.map(({ path, message }) => [String(path.at(-1)), message]) ?? []),
    );
    if (!checked.success) return;
    startTransition(async () => {
      const result = await updateChatflowAction(checked.data).catch(() => null);
      if (result?.ok) {
        const next = { ...checked.data, name: result.data.name, version: result.data.version };
        setBase(next);
        setValues(valuesOf(next));
        notifications.show({ message: "Settings saved" });
        router.refresh();
      } else if (result?.error.field === "name") setErrors({ name: result.error.message });
      else setFailure(result?.error ?? { code: "", message: "Flowlatch could not be reached. Nothing was saved." });
    });
  }

  function reload() {
    setTakesTheirs(true);
    startTransition(() => router.refresh());
  }

  return (
    <form className={classes.card} onSubmit={submit} noValidate aria-labelledby="settings-title">
      <div className={classes.cardHead}>
        <h2 className={classes.cardTitle} id="settings-title">
          Settings
        </h2>
      </div>
      <div className={classes.fields}>
        <TextInput
          label="Name"
          value={values.name}
          error={errors.name}
          readOnly={!canWrite}
          autoComplete="off"
          onChange={(event) => change("name", event.currentTarget.value)}
        />
        <div className={classes.pair}>
          <NumberInput
            label="Passages per answer"
            description="At most, from 1 to 5."
            value={values.maxPassages}
            error={errors.maxPassages}
            readOnly={!canWrite}
            hideControls={!canWrite}
            min={1}
            max={5}
            clampBehavior="none"
            onChange={(value) => change("maxPassages", value)}
          />
          <NumberInput
            label="Turns remembered"
            description="Earlier questions, from 0 to 20."
            value={values.memoryTurns}
            error={errors.memoryTurns}
            readOnly={!canWrite}
            hideControls={!canWrite}
            min={0}
            max={20}
            clampBehavior="none"
            onChange={(value) => change("memoryTurns", value)}
          />
        </div>
        <div aria-live="assertive">
          {failure && (
            <Alert color={failure.code === "conflict" ? "yellow" : "red"} variant="light" p="sm">
              {failure.code === "conflict"
                ? "Somebody else saved this chatflow meanwhile, so yours was not saved. Your input is still here; reloading replaces it."
                : failure.message}
              {failure.code === "conflict" && (
                <div>
                  <Button variant="default" mt="xs" onClick={reload}>
                    Reload their version
                  </Button>
                </div>
              )}
            </Alert>
          )}
        </div>
        {canWrite && (
          <div className={classes.foot}>
            <Button type="submit" loading={isPending}>
              Save
            </Button>
            <p className={classes.hint} role="status">
              {isDirty && "Unsaved changes"}
            </p>
          </div>
        )}
      </div>
    </form>
  );
}
