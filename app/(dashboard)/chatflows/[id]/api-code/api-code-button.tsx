"use client";

import { Button } from "@mantine/core";
import { IconCode } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import type { ApiCodeProps } from "./api-code-dialog";

const ApiCodeDialog = dynamic(() => import("./api-code-dialog").then((module) => module.ApiCodeDialog), { ssr: false });

/** Opens the dialog in which a chatflow's key is chosen and its code samples are copied. */
export function ApiCodeButton(props: ApiCodeProps) {
  const [isOpen, setIsOpen] = useState(false);
  const buttonRef = useRef<HTMLButtonElement>(null);
  const router = useRouter();

  return (
    <>
      <Button
        ref={buttonRef}
        variant="default"
        aria-haspopup="dialog"
        leftSection={<IconCode size={16} stroke={1.7} aria-hidden="true" />}
        onClick={() => {
          setIsOpen(true);
          // The page may have been open for hours: another operator's choice should be seen.
          router.refresh();
        }}
      >
        API code
      </Button>
      {isOpen && (
        <ApiCodeDialog
          {...props}
          onClose={() => {
            setIsOpen(false);
            buttonRef.current?.focus();
          }}
        />
      )}
    </>
  );
}
